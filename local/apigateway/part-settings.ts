/** What an API, or a part of one, is made of: the API reference's members. */
export type Settings = Record<string, any>;
