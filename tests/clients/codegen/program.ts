// What a storefront writes with the generated types; it only has to be right, it is not run.
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLClient } from 'graphql-request';
import { ProductPageDocument, type ProductPageQuery } from './generated/graphql';
import type { Addon, Query } from './generated/schema';

type Product = NonNullable<ProductPageQuery['product']>;
type Variant = Product['variants'][number];

const variables = { handle: 'premium-cotton-t-shirt', locale: 'de', country: 'DE' };

/** Return a variant's price, or why there is none. */
export const priceOf = ({ price, priceStatus }: Variant): string => {
  if (price) return `${price.amount} ${price.currencyCode}`;
  switch (priceStatus) {
    case 'NO_PRICE_IN_REGION':
      return 'not sold here';
    case 'AVAILABLE':
    case 'STALE':
    case 'UNAVAILABLE':
      return 'ask again later';
  }
};

/** Return what can be offered along with a product. */
export const offersOf = ({ addons }: Product) =>
  addons.flatMap(({ items }) => items.flatMap(({ product }) => (product ? [product.title] : [])));

export const withGraphQLRequest = async (url: string): Promise<string[]> => {
  const { product } = await new GraphQLClient(url).request(ProductPageDocument, variables);
  return product ? product.variants.map(priceOf) : [];
};

export const withApollo = async (uri: string): Promise<string | undefined> => {
  const client = new ApolloClient({ link: new HttpLink({ uri }), cache: new InMemoryCache() });
  const { data } = await client.query({ query: ProductPageDocument, variables });
  return data?.product?.description?.html;
};

// The whole schema has types, too.
export const statusOf = (addon: Addon): Addon['status'] => addon.status;
export const productOf = (query: Query): string | undefined => query.product?.handle;

// What would break a storefront at night is refused by day.
export const mistakes = async (product: Product, client: GraphQLClient) => {
  // @ts-expect-error - a price may be missing
  product.variants[0]?.price.amount;
  // @ts-expect-error - an amount is text, so that no cent is lost
  const amount: number = product.priceRange?.min.amount;
  // @ts-expect-error - there is no such status
  const sold: boolean = product.addons[0]?.items[0]?.status === 'SOLD';
  // @ts-expect-error - it has to be said which product
  await client.request(ProductPageDocument, { locale: 'de' });
  return { amount, sold };
};
