/** The namespace of the metrics of an app, by the name of its main stack: apps of an account do not count together. */
export const metricsNamespace = (stack: string) => `Millrace/${stack}`;

/** The dimension of metrics that all workers of an app count together, so that one alarm covers them. */
export const ALL_WORKERS = { service: "workers" };

/** The same of metrics that functions of several kinds count. */
export const WHOLE_APP = { service: "app" };
