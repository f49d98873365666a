// What the packages without types of their own, and style sheets, look like from here.
declare module "*.css";
declare module "htmx.org";
