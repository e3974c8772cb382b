import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientError } from 'graphql-request';
import { requestClient } from './graphql-request.js';
import {
  german,
  listen,
  mayBeSent,
  operation,
  partialStatus,
  partly,
  plainly,
  url,
  wrong,
} from './watching.js';

for (const name of ['ProductPage', 'ProductCardsWithAddons', 'ContentPage', 'Navigation']) {
  test(`${name} is what plain fetch gets`, async () => {
    const variables = { ...german, slug: 'about', first: 5 };
    const data = await requestClient(url).request(operation(name), variables);

    assert.deepEqual(data, await plainly(operation(name), variables));
  });
}

test('a browser lets pages of the shop send that', async () => {
  const sent = listen();
  await requestClient(url).request(operation('ProductById'), { id: 'none' });
  const [request] = sent;

  assert.ok(await mayBeSent(request), request.headers.join());
});

test('what fails in part says why, and the rest is there', async () => {
  const sent = listen();
  const { data, errors } = await requestClient(url).rawRequest(partly);

  assert.ok(data.markets.length);
  assert.equal(sent.at(-1).status, partialStatus);
  assert.deepEqual(errors.map((one) => one.extensions.code), ['UNKNOWN_MARKET']);
});

test('a document that makes no sense is an error with a code', async () => {
  const error = await requestClient(url).request(wrong).catch((failed) => failed);

  assert.ok(error instanceof ClientError, error);
  assert.equal(error.response.errors[0].extensions.code, 'BAD_USER_INPUT');
});
