import { graphql } from 'relay-runtime';

export const card = graphql`
  fragment ProductCard_product on Product {
    id
    handle
    title
    thumbnail { url alt }
    priceRange { min { amount currencyCode } }
  }
`;
