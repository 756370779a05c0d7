import { words } from "../text.ts";
import type { Category } from "./articles.ts";

/** Words that indicate a category, by weight. A word may indicate several. */
const SPEAKS: readonly (readonly [Category, number, string])[] = [
  [
    "billing",
    2,
    "invoice invoices bill bills vat refund payout takings fee fees charged debited statement bank",
  ],
  [
    "billing",
    1,
    "money card payment pay charge price costs tax accountant subscription renewal renewed yearly address",
  ],
  ["access", 3, "password locked login authenticator 2fa factor sso invitation invite"],
  [
    "access",
    2,
    "sign signed role permission permissions cashier cashiers employee colleague greyed menu codes domain",
  ],
  ["access", 1, "account attempts phone link boss"],
  ["defect", 3, "crash crashes crashed freezes blank garbled 502 broken hangs"],
  [
    "defect",
    2,
    "error connect connection pair paired pairing bluetooth wrong stock receipts spam down update",
  ],
  ["defect", 1, "reader printer app nobody tablet longer shows blinks stopped"],
  [
    "how-to",
    2,
    "export import voucher discount code gift api webhook webhooks offline spreadsheet excel csv",
  ],
  ["how-to", 2, "hours holiday accounting bookkeeping software connector"],
  ["how-to", 1, "create possible newsletter setting list"],
  ["delivery", 3, "parcel dispatched tracking delivered courier shipment delivery"],
  ["delivery", 2, "ordered arrived missing exchange box dent return send redirect cable"],
  ["delivery", 1, "order colour second reader printer here"],
  ["account", 3, "cancel delete deletion erase gdpr owner downgrade upgrade takes sold"],
  ["account", 2, "plan contract close data smaller larger business article takeover"],
];

/** By word, without its ending. */
export const VOCABULARY: ReadonlyMap<string, readonly (readonly [Category, number])[]> = byWord();

function byWord() {
  const found = new Map<string, (readonly [Category, number])[]>();
  for (const [category, weight, text] of SPEAKS)
    for (const word of new Set(words(text)))
      found.set(word, [...(found.get(word) ?? []), [category, weight]]);
  return found;
}
