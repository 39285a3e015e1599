/** Vite turns the import of a style sheet into a file that the page loads with the part that needs it. */
declare module "*.css";
