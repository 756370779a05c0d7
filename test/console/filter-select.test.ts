import { expect, test } from "vitest";

// By names that the compiler does not follow: JSX is compiled in the console only, and React's types would declare an
// `HTMLElement` without members for all tests.
const [{ createElement }, { renderToStaticMarkup }, { FilterSelect }] = await Promise.all(
  ["react", "react-dom/server", "../../console/src/parts/filter-select.tsx"].map((name) => import(name)),
);

const optionsOf = (value: string | undefined) => {
  const options = ["mail", { value: "sms", text: "Text message" }];
  const select = createElement(FilterSelect, { label: "By", value, options, onChange: () => {} });
  return [...renderToStaticMarkup(select).matchAll(/<option[^>]*>[^<]*/g)].map(([option]) => option);
};

test("a filter shows the value that the address names, also if it is not offered", () => {
  expect(optionsOf(undefined)).toEqual([
    '<option value="" selected="">By: any',
    '<option value="mail">mail',
    '<option value="sms">Text message',
  ]);
  expect(optionsOf("sms")[2]).toBe('<option value="sms" selected="">Text message');
  expect(optionsOf("post").at(-1)).toBe('<option selected="">post');
});
