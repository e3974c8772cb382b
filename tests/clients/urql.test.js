import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  american,
  german,
  listen,
  mayBeSent,
  operation,
  partialStatus,
  partly,
  plainly,
  unheard,
  url,
  withoutTypes,
  wrong,
} from './watching.js';
import { urqlClient } from './urql.js';

for (const name of ['ProductPage', 'ProductCardsWithAddons', 'ContentPage', 'Navigation']) {
  test(`${name} is what plain fetch gets`, async () => {
    const variables = { ...german, slug: 'about', first: 5 };
    const { data, error } = await urqlClient(url).query(operation(name), variables);

    assert.equal(error, undefined);
    assert.deepEqual(withoutTypes(data), await plainly(operation(name), variables));
  });
}

test('a document is sent once, and named by its hash after that', async () => {
  const query = unheard();
  const sent = listen();
  await urqlClient(url).query(query, german);
  const { data } = await urqlClient(url).query(query, american);

  assert.equal(data.product.title, 'Premium Cotton T-Shirt');
  assert.deepEqual(
    sent.map(({ method, hash, document }) => ({ method, hash, document })),
    [
      { method: 'GET', hash: true, document: false },
      { method: 'GET', hash: true, document: true },
      { method: 'GET', hash: true, document: false },
    ],
  );
});

test('the cache of one market has nothing for another', async () => {
  const client = urqlClient(url);
  const cards = operation('ProductCardsWithAddons');
  await client.query(cards, { first: 5, locale: 'de', country: 'DE' });
  const { data } = await client.query(cards, { first: 5, locale: 'de', country: 'US' });
  const sent = listen();
  const again = await client.query(cards, { first: 5, locale: 'de', country: 'US' });

  assert.ok(!JSON.stringify(data).includes('"EUR"'));
  assert.deepEqual(again.data, data);
  assert.equal(sent.length, 0);
});

test('a browser lets pages of the shop send that', async () => {
  const sent = listen();
  await urqlClient(url).query(unheard(), german);
  const requests = [...sent];

  assert.equal(requests.length, 2);
  for (const request of requests) assert.ok(await mayBeSent(request), request.headers.join());
});

test('what fails in part says why, and the rest is there', async () => {
  const sent = listen();
  const { data, error } = await urqlClient(url).query(partly, {});

  assert.ok(data.markets.length);
  assert.equal(sent.at(-1).status, partialStatus);
  assert.deepEqual(error.graphQLErrors.map((one) => one.extensions.code), ['UNKNOWN_MARKET']);
});

test('a document that makes no sense is an error with a code', async () => {
  const { error } = await urqlClient(url).query(wrong, {});

  assert.equal(error.graphQLErrors[0]?.extensions.code, 'BAD_USER_INPUT', error);
});
