import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['operations/*.graphql'],
  config: {
    strictScalars: true,
    enumsAsTypes: true,
    useTypeImports: true,
    scalars: {
      CountryCode: 'string', // 'DE'
      CurrencyCode: 'string', // 'EUR'
      Decimal: 'string', // '42.90': no number, so that no cent is lost
      JSON: 'unknown',
      Locale: 'string', // 'de-AT'
    },
  },
  generates: {
    'generated/': {
      preset: 'client',
      presetConfig: { persistedDocuments: { hashAlgorithm: 'sha256' } },
    },
    'generated/schema.ts': { plugins: ['typescript'] },
  },
};

export default config;
