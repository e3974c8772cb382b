import { GraphQLClient } from 'graphql-request';

// 'all': where a part of an answer fails, the rest of it is still shown.
export const requestClient = (url) => new GraphQLClient(url, { errorPolicy: 'all' });
