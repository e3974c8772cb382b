// What Relay's compiler has made of the modules in `src`, against a service that takes only that.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createOperationDescriptor,
  fetchQuery,
  getRequest,
  getSingularSelector,
} from 'relay-runtime';
import { environmentFor } from './environment.js';

const { BFF_URL: url, BFF_OPEN_URL: openUrl } = process.env;
const made = async (name) => (await import(`./artifacts/${name}.graphql.js`)).default;

const post = async (address, asked) => {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  });
  return { status: response.status, ...(await response.json()) };
};

/** Fetch an operation; return what the store then shows of it. */
const ask = async (environment, operation, variables) => {
  await fetchQuery(environment, operation, variables).toPromise();
  const { fragment } = createOperationDescriptor(getRequest(operation), variables);
  return environment.lookup(fragment).data;
};

/** Read a fragment out of what refers to it, as a component does. */
const read = async (environment, name, reference) =>
  environment.lookup(getSingularSelector(await made(name), reference)).data;

const cardsOf = async (environment, reference) => {
  const { products } = await read(environment, 'ProductList_query', reference);
  return Promise.all(
    products.edges.map(({ node }) => read(environment, 'ProductCard_product', node)),
  );
};

for (const name of ['ProductPage', 'ProductCardsWithAddons', 'ContentPage', 'Navigation']) {
  test(`${name} is found by its id, and is what plain fetch gets`, async () => {
    const variables = {
      handle: 'premium-cotton-t-shirt', slug: 'about', first: 5, locale: 'de', country: 'DE',
    };
    const operation = await made(`${name}Query`);
    const shown = await ask(environmentFor(url, 'de', 'DE'), operation, variables);
    const { data } = await post(openUrl, { query: process.env[name], variables });

    assert.equal(operation.params.text, null);
    assert.deepEqual(JSON.parse(JSON.stringify(shown)), data);
  });
}

test('a list goes on where its first page has ended', async () => {
  const variables = { first: 2, locale: 'de', country: 'DE' };
  const environment = environmentFor(url, 'de', 'DE');
  const reference = await ask(environment, await made('ProductListQuery'), variables);
  const { products } = await read(environment, 'ProductList_query', reference);
  const next = { ...variables, after: products.pageInfo.endCursor };
  await ask(environment, await made('ProductListPaginationQuery'), next);
  const titles = (await cardsOf(environment, reference)).map(({ title }) => title);

  assert.equal(new Set(titles).size, 4);
});

test('no German price is shown in America', async () => {
  const query = await made('ProductListQuery');
  const pricesIn = async (environment, country) => {
    const shown = await ask(environment, query, { first: 5, locale: 'de', country });
    return { shown, now: async () => JSON.stringify(await cardsOf(environment, shown)) };
  };
  const america = environmentFor(url, 'de', 'US');
  const american = await pricesIn(america, 'US');
  await pricesIn(environmentFor(url, 'de', 'DE'), 'DE');
  assert.match(await american.now(), /USD/);
  assert.doesNotMatch(await american.now(), /EUR/);

  await pricesIn(america, 'DE'); // what would happen if both markets had one store
  assert.match(await american.now(), /EUR/);
});

test('a document that no build has made is refused', async () => {
  const { status, errors } = await post(url, { query: '{ markets { regionId } }' });

  assert.equal(status, 403);
  assert.equal(errors[0].extensions.code, 'DOCUMENT_NOT_ALLOWED');
});
