/** The dimension of metrics that all workers of an app count together, so that one alarm covers them. */
export const ALL_WORKERS = { service: "workers" };
