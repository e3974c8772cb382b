// The GraphiQL page. What differs between shops (the example operation and where it is
// remembered) arrives in data attributes, so that the page needs no inline script.
import "graphiql/setup-workers/vite";

import { createGraphiQLFetcher, createLocalStorage } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import "graphiql/style.css";
import "./graphiql.css";

const page = document.getElementById("graphiql");
const { endpoint, example, remember } = page.dataset;

// Relative to this page, so that a path prefix in front of the service needs no setting.
const fetcher = createGraphiQLFetcher({ url: new URL(endpoint, document.baseURI).href });
// Other services on the same host and port leave tabs behind that do not run here.
const storage = createLocalStorage({ namespace: remember });

createRoot(page).render(
  <GraphiQL fetcher={fetcher} storage={storage} defaultQuery={example}>
    <GraphiQL.Logo>bff</GraphiQL.Logo>
  </GraphiQL>,
);
