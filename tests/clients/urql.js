import { cacheExchange, createClient, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';

// This cache keeps whole answers by document and variables: no two markets share one.
export const urqlClient = (url) =>
  createClient({
    url,
    exchanges: [
      cacheExchange,
      persistedExchange({ preferGetForPersistedQueries: true }),
      fetchExchange,
    ],
  });
