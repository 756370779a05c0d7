import type { Order } from "./events.ts";
import { book } from "./ledger.ts";

/**
 * The services that an order needs: goods, money and a parcel. Each request has a key, and is carried out
 * once for it. The shop's table represents three external services.
 */

/** Answers whether there was enough stock. */
export async function reserve({ orderId, sku, quantity }: Order, key: string): Promise<boolean> {
  const entry = { what: "reserve", orderId };
  const goods = [
    { id: `stock#${sku}`, by: -quantity, least: 0 },
    { id: `reserved#${sku}`, by: quantity },
  ];
  return (await book(key, entry, goods)) === "booked";
}

export async function release({ orderId, sku, quantity }: Order, key: string): Promise<void> {
  await book(key, { what: "release", orderId }, [
    { id: `stock#${sku}`, by: quantity },
    { id: `reserved#${sku}`, by: -quantity },
  ]);
}

/** Answers whether the card had enough money. */
export async function charge({ orderId, card, cents }: Order, key: string): Promise<boolean> {
  const entry = { what: "charge", orderId };
  const money = [
    { id: `card#${card}`, by: -cents, least: 0 },
    { id: "till", by: cents },
  ];
  return (await book(key, entry, money)) === "booked";
}

export async function refund({ orderId, card, cents }: Order, key: string): Promise<void> {
  await book(key, { what: "refund", orderId }, [
    { id: `card#${card}`, by: cents },
    { id: "till", by: -cents },
  ]);
}

/** Answers whether the address can be reached. */
export async function ship({ orderId, sku, quantity, address }: Order, key: string): Promise<boolean> {
  if (!address.trim()) return false;
  const goods = [
    { id: `reserved#${sku}`, by: -quantity },
    { id: `shipped#${sku}`, by: quantity },
  ];
  return (await book(key, { what: "ship", orderId }, goods)) === "booked";
}

export async function cancel({ orderId }: Order, key: string): Promise<void> {
  await book(key, { what: "cancel", orderId }, []);
}
