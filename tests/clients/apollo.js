import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';

// One id has other texts and prices in another language or market. Objects that say their context
// are shared by all queries of it; any other stays inside the query that read it.
const dataIdFromObject = ({ __typename, id, context }) =>
  id && context?.locale && context?.country
    ? `${__typename}:${id}:${context.locale}:${context.country}`
    : undefined;

// Pages of a list are put together by `fetchMore`, those of one market only.
const products = relayStylePagination(['filter', 'locale', 'country']);

const sha256 = async (text) => {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
};

export const apolloClient = (uri) =>
  new ApolloClient({
    link: new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(
      new HttpLink({ uri }),
    ),
    cache: new InMemoryCache({
      dataIdFromObject,
      typePolicies: { Query: { fields: { products } } },
    }),
  });
