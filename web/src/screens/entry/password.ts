/** What the API asks for at least. */
export const LEAST_PASSWORD = 10;
