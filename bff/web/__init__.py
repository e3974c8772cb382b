"""GraphQL, REST and pages over HTTP."""
