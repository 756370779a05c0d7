/** The dimension of metrics that the workers of an app count together, so that one alarm watches them all. */
export const ALL_WORKERS = { service: "workers" };
