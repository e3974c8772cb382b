// A shopper goes from the German market to the American one and back: what one Apollo client shows.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { buildSchema } from 'graphql';
import { apolloClient } from './apollo.js';
import { listen, operation, url } from './watching.js';

const CURRENCIES = { DE: 'EUR', US: 'USD' };

const cards = gql`query Cards($locale: Locale!, $country: CountryCode!) {
  products(first: 24, locale: $locale, country: $country) {
    edges { node {
      id handle title context { locale country }
      priceRange { min { amount currencyCode } }
      variants { id price { amount currencyCode } }
    } }
  }
}`;
const list = gql`query List($after: String, $locale: Locale!, $country: CountryCode!) {
  products(first: 2, after: $after, locale: $locale, country: $country) {
    pageInfo { endCursor hasNextPage }
    edges { cursor node {
      id title context { locale country } priceRange { min { amount currencyCode } }
    } }
  }
}`;
const page = gql`query Page($handle: String!, $locale: Locale!, $country: CountryCode!) {
  product(handle: $handle, locale: $locale, country: $country) {
    id handle title context { locale country }
    priceRange { min { amount currencyCode } }
    variants { id sku price { amount currencyCode } }
    addons { items { product {
      id title context { locale country } priceRange { min { amount currencyCode } }
    } } }
  }
}`;
// As the service promises it, with addons that do not say for whom they are.
const contractPage = gql(operation('ProductPage'));

/** Return the currencies of all amounts in an answer. */
const currencies = (shown) =>
  new Set(JSON.stringify(shown ?? null).match(/(?<="currencyCode":")[A-Z]+/g) ?? []);

/** Show a query as a component does, and note each currency that is shown in another's market. */
const show = async (client, fetchPolicy, query, variables) => {
  const shown = client.watchQuery({ query, variables, fetchPolicy, returnPartialData: true });
  const foreign = [];
  let settle;
  const settled = () => new Promise((resolve) => (settle = resolve));
  const first = settled();
  shown.subscribe(({ data, loading }) => {
    const { country } = shown.variables;
    for (const currency of currencies(data)) {
      if (currency !== CURRENCIES[country]) foreign.push(`${currency} in ${country}`);
    }
    if (!loading) settle(data);
  });
  await first;
  const switchTo = async (market) => {
    const next = settled();
    // Its promise is refused where the answer to another question brings this one, too.
    shown.setVariables({ ...shown.variables, ...market }).catch(() => {});
    assert.deepEqual([...currencies(await next)], [CURRENCIES[market.country]]);
  };
  return { foreign, switchTo };
};

const german = { locale: 'de', country: 'DE' };
const american = { locale: 'de', country: 'US' };
const handle = 'premium-cotton-t-shirt';

/** Switch the market to and fro on a list and on pages; return what was shown in a wrong one. */
const journey = async (client, fetchPolicy) => {
  const shelf = await show(client, fetchPolicy, cards, american);
  const product = await show(client, fetchPolicy, page, { ...german, handle });
  const contract = await show(client, fetchPolicy, contractPage, { ...german, handle });
  for (const market of [american, german, american]) {
    await product.switchTo(market);
    await contract.switchTo(market);
  }
  await shelf.switchTo(german);
  await shelf.switchTo(american);
  return [...shelf.foreign, ...product.foreign, ...contract.foreign];
};

for (const policy of ['cache-first', 'cache-and-network', 'network-only']) {
  test(`no German price is shown in America: ${policy}`, async () => {
    assert.deepEqual(await journey(apolloClient(url), policy), []);
  });
}

test('a store that goes by ids alone does show one', async () => {
  const client = new ApolloClient({ link: new HttpLink({ uri: url }), cache: new InMemoryCache() });
  await show(client, 'cache-first', page, { ...american, handle });
  await show(client, 'cache-first', page, { ...german, handle });
  const { foreign } = await show(client, 'cache-first', page, { ...american, handle });

  assert.ok(foreign.includes('EUR in US'));
});

test('a German answer that comes too late is not shown in America', async (t) => {
  const { fetch } = globalThis;
  t.after(() => (globalThis.fetch = fetch));
  let deliver;
  const delivery = new Promise((resolve) => (deliver = resolve));
  globalThis.fetch = async (address, options) => {
    const response = await fetch(address, options);
    if (/"DE"|%22DE%22/.test(`${address} ${options.body}`)) await delivery;
    return response;
  };
  const client = apolloClient(url);
  const late = client.query({ query: page, variables: { ...german, handle } });
  const america = { ...american, handle };
  const { foreign } = await show(client, 'cache-first', page, america);
  deliver();
  await late;

  assert.deepEqual([...currencies(client.readQuery({ query: page, variables: america }))], ['USD']);
  assert.deepEqual(foreign, []);
});

test('whoever goes back to a market is shown it from the store', async () => {
  const product = await show(apolloClient(url), 'cache-first', page, { ...german, handle });
  await product.switchTo(american);
  const sent = listen();
  await product.switchTo(german);

  assert.equal(sent.length, 0);
});

test('all queries of a market share its products', async () => {
  const client = apolloClient(url);
  await client.query({ query: cards, variables: german });
  const { data } = await client.query({ query: page, variables: { ...german, handle } });
  const known = client.readFragment({
    from: data.product,
    fragment: gql`fragment Known on Product { handle addons { items { product { title } } } }`,
  });
  const kept = Object.keys(client.cache.extract()).filter((key) => key.startsWith('Product:'));

  assert.equal(known.handle, handle);
  assert.equal(known.addons[0].items[0].product.title, 'Schmale Jeans');
  assert.ok(kept.every((key) => key.endsWith(':de:DE')));
});

test('a list that was read further in one market begins anew in another', async () => {
  const client = apolloClient(url);
  const shown = client.watchQuery({ query: list, variables: german });
  shown.subscribe(() => {});
  const { data } = await client.query({ query: list, variables: german });
  await shown.fetchMore({ variables: { after: data.products.pageInfo.endCursor } });
  await client.query({ query: list, variables: american });
  const edgesOf = (variables) => client.readQuery({ query: list, variables }).products.edges;
  const [inGermany, inAmerica] = [edgesOf(german), edgesOf(american)];

  assert.equal(new Set(inGermany.map(({ node }) => node.id)).size, 4);
  assert.equal(inAmerica.length, 2);
  assert.deepEqual([...currencies(inAmerica)], ['USD']);
});

test('all that makes a list another one is known to the store', () => {
  const text = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
  const schema = buildSchema(text);
  const { args } = schema.getQueryType().getFields().products;

  assert.deepEqual(args.map(({ name }) => name), ['first', 'after', 'filter', 'locale', 'country']);
});
