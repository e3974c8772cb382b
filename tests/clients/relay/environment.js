import { Environment, Network, RecordSource, Store } from 'relay-runtime';

const fetchFrom = (url) => async ({ id, text }, variables) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
    },
    // `id` is there once the compiler writes the documents to a file (`persistConfig`).
    body: JSON.stringify(id ? { documentId: id, variables } : { query: text, variables }),
  });
  return response.json();
};

const environments = new Map();

// One id has other texts and prices in another language or market: each has a store of its own.
export const environmentFor = (url, locale, country) => {
  const market = `${locale} ${country}`;
  if (!environments.has(market)) {
    const network = Network.create(fetchFrom(url));
    environments.set(market, new Environment({ network, store: new Store(new RecordSource()) }));
  }
  return environments.get(market);
};
