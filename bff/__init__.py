"""A storefront backend-for-frontend: Medusa and content systems merged behind one API."""
