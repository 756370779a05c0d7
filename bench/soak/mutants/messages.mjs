/** Texts for people are no decisions: what is logged, and texts with a space. */
const LOGS = new Set(["info", "warn", "error", "debug"]);

const isLogged = (node) =>
  node.type === "CallExpression" &&
  node.callee.type === "MemberExpression" &&
  LOGS.has(node.callee.property.name) &&
  /(?:^|\.)log$/.test(nameOf(node.callee.object));

const nameOf = (node) => (node.type === "MemberExpression" ? `.${node.property.name}` : (node.name ?? ""));

const isText = ({ node }) =>
  (node.type === "StringLiteral" && node.value.includes(" ")) ||
  (node.type === "TemplateLiteral" && node.quasis.some(({ value }) => value.raw.includes(" ")));

/** Stryker finds a plugin by this name. */
export const strykerPlugins = [
  {
    kind: "Ignore",
    name: "messages",
    value: {
      shouldIgnore(path) {
        const { node } = path;
        if (isLogged(node.type === "ExpressionStatement" ? node.expression : node))
          return "a line of the log";
        return isText(path) ? "a text for people" : undefined;
      },
    },
  },
];
