/** The settings of an API, or of a part of one: the API reference's members. */
export type Settings = Record<string, any>;
