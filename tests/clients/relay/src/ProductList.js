import { graphql } from 'relay-runtime';

export const query = graphql`
  query ProductListQuery($first: Int!, $locale: Locale!, $country: CountryCode!) {
    ...ProductList_query @arguments(first: $first)
  }
`;

export const list = graphql`
  fragment ProductList_query on Query
  @argumentDefinitions(first: { type: "Int" }, after: { type: "String" })
  @refetchable(queryName: "ProductListPaginationQuery") {
    products(first: $first, after: $after, locale: $locale, country: $country)
    @connection(key: "ProductList_products") {
      edges {
        node {
          ...ProductCard_product
        }
      }
    }
  }
`;
