// What the tests of all clients share: documents, what plain fetch gets, and what was sent.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const url = process.env.BFF_URL;
/** What the shop answers where a part fails, to those who accept GraphQL's own media type. */
export const partialStatus = Number(process.env.BFF_PARTIAL_STATUS ?? 200);
export const german = { handle: 'premium-cotton-t-shirt', locale: 'de', country: 'DE' };
export const american = { ...german, locale: 'en', country: 'US' };

/** Return an operation that the service promises to answer, by its name. */
export const operation = (name) =>
  readFileSync(new URL(`../golden/operations/${name}.graphql`, import.meta.url), 'utf8');

/** A document that nobody has sent before. */
export const unheard = () => `query Unheard${randomUUID().replaceAll('-', '')}(
  $handle: String!, $locale: Locale, $country: CountryCode
) {
  product(handle: $handle, locale: $locale, country: $country) { id title }
}`;

/** One field can be answered, the other cannot: there is no such market. */
export const partly = `query Partly {
  markets { regionId }
  product(handle: "premium-cotton-t-shirt", country: "GB") { id }
}`;

/** Nothing of it can be answered: there is no such field. */
export const wrong = 'query Wrong { nothing }';

/** Return the data that plain fetch gets. */
export const plainly = async (query, variables) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()).data;
};

/** Return the same without the names of types that clients ask for. */
export const withoutTypes = (data) =>
  JSON.parse(JSON.stringify(data, (key, value) => (key === '__typename' ? undefined : value)));

/** Note each request from now on: what it named, said and sent, and what came of it. */
export const listen = () => {
  const sent = [];
  const plain = globalThis.fetch;
  globalThis.fetch = async (address, options = {}) => {
    const asked = options.body
      ? JSON.parse(options.body)
      : Object.fromEntries(new URL(address, url).searchParams);
    const extensions =
      typeof asked.extensions === 'string' ? JSON.parse(asked.extensions) : asked.extensions;
    const response = await plain(address, options);
    sent.push({
      method: options.method ?? 'GET',
      hash: Boolean(extensions?.persistedQuery?.sha256Hash),
      document: Boolean(asked.query),
      headers: [...new Headers(options.headers).keys()],
      status: response.status,
    });
    return response;
  };
  return sent;
};

/** Ask, as a browser does first, whether a page of another origin may send such a request. */
export const mayBeSent = async ({ method, headers }) => {
  const { status, headers: told } = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin: process.env.BFF_ORIGIN,
      'access-control-request-method': method,
      'access-control-request-headers': headers.sort().join(),
    },
  });
  const allowed = (name) => (told.get(name) ?? '').split(',').map((one) => one.trim());
  return (
    status === 204 &&
    told.get('access-control-allow-origin') === process.env.BFF_ORIGIN &&
    allowed('access-control-allow-methods').includes(method) &&
    headers.every((name) => allowed('access-control-allow-headers').includes(name))
  );
};
