import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CombinedGraphQLErrors, gql } from '@apollo/client';
import { apolloClient } from './apollo.js';
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

for (const name of ['ProductPage', 'ProductCardsWithAddons', 'ContentPage', 'Navigation']) {
  test(`${name} is what plain fetch gets`, async () => {
    const variables = { ...german, slug: 'about', first: 5 };
    const { data } = await apolloClient(url).query({ query: gql(operation(name)), variables });

    assert.deepEqual(withoutTypes(data), await plainly(operation(name), variables));
  });
}

test('a document is sent once, and named by its hash after that', async () => {
  const query = gql(unheard());
  const sent = listen();
  await apolloClient(url).query({ query, variables: german });
  const { data } = await apolloClient(url).query({ query, variables: american });

  assert.equal(data.product.title, 'Premium Cotton T-Shirt');
  assert.deepEqual(
    sent.map(({ method, hash, document }) => ({ method, hash, document })),
    [
      { method: 'GET', hash: true, document: false },
      { method: 'POST', hash: true, document: true },
      { method: 'GET', hash: true, document: false },
    ],
  );
});

test('a browser lets pages of the shop send that', async () => {
  const sent = listen();
  await apolloClient(url).query({ query: gql(unheard()), variables: german });
  const requests = [...sent];

  assert.equal(requests.length, 2);
  for (const request of requests) assert.ok(await mayBeSent(request), request.headers.join());
});

test('what fails in part says why, and the rest is there', async () => {
  const sent = listen();
  const { data, error } = await apolloClient(url).query({ query: gql(partly), errorPolicy: 'all' });

  assert.ok(data.markets.length);
  assert.equal(sent.at(-1).status, partialStatus);
  assert.ok(CombinedGraphQLErrors.is(error), error);
  assert.deepEqual(error.errors.map((one) => one.extensions.code), ['UNKNOWN_MARKET']);
});

test('a document that makes no sense is an error with a code', async () => {
  const error = await apolloClient(url).query({ query: gql(wrong) }).catch((failed) => failed);

  assert.ok(CombinedGraphQLErrors.is(error), error);
  assert.equal(error.errors[0].extensions.code, 'BAD_USER_INPUT');
});
