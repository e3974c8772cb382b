// The REST documentation page: Swagger UI over the service's own OpenAPI description.
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

import "swagger-ui-dist/swagger-ui.css";

const page = document.getElementById("docs");

SwaggerUI({
  domNode: page,
  url: new URL(page.dataset.description, document.baseURI).href,
  deepLinking: true,
  // The default sends the description to a validator on the internet.
  validatorUrl: null,
});
