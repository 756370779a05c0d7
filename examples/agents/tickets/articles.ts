/**
 * An article of the help centre of Quayside, a fictitious point-of-sale system and web shop for small
 * traders.
 */
export interface Article {
  id: string;
  category: Category;
  title: string;
  text: string;
}

export const CATEGORIES = ["billing", "access", "defect", "how-to", "delivery", "account"] as const;
export type Category = (typeof CATEGORIES)[number];

const article = (id: string, category: Category, title: string, text: string): Article => ({
  id,
  category,
  title,
  text,
});

export const articles: readonly Article[] = [
  article(
    "kb-01",
    "billing",
    "Where your invoices are",
    "Invoices are under Settings, Billing, Invoices, as PDF, from the first of the month on. The owner of the shop can have them sent to an accountant by mail every month.",
  ),
  article(
    "kb-02",
    "billing",
    "Why you were charged twice",
    "Two charges of one amount are usually a payment and a reservation that your bank releases within five working days. If both are booked, send us the dates and the last four digits of the card, and we refund the second.",
  ),
  article(
    "kb-03",
    "billing",
    "Change the card or bank account that pays",
    "Under Settings, Billing, Payment method, the owner can replace the credit card or use a direct debit from a bank account. An expired card is tried three times before the plan is paused.",
  ),
  article(
    "kb-04",
    "billing",
    "VAT number and company address on invoices",
    "Enter the VAT number and the address of your company under Settings, Company. They appear on invoices from then on; earlier invoices can be issued again within the same year.",
  ),
  article(
    "kb-05",
    "billing",
    "Refunds of a yearly plan",
    "A yearly plan can be refunded within thirty days of its renewal. After that the plan runs to its end. Refunds go back to the card that paid within ten days.",
  ),
  article(
    "kb-06",
    "billing",
    "What a transaction costs",
    "Card payments cost 1.4 percent and ten cents, payments by invoice two percent. Fees are taken from each payout and listed in the monthly statement.",
  ),
  article(
    "kb-07",
    "billing",
    "When payouts arrive",
    "Takings of a day are paid out to your bank account two working days later. A first payout takes seven days, since the account is verified.",
  ),
  article(
    "kb-08",
    "access",
    "Reset a forgotten password",
    "Choose Forgotten password on the sign-in page. The mail with the link is valid for an hour; look into the spam folder if it does not come.",
  ),
  article(
    "kb-09",
    "access",
    "Sign in with a second factor after losing your phone",
    "Use one of the ten recovery codes that you saved when you switched on two-factor sign-in. Without a code, the owner of the shop can remove the second factor of a member; for the owner, support checks an identity document.",
  ),
  article(
    "kb-10",
    "access",
    "An account is locked after wrong passwords",
    "After six wrong passwords an account is locked for thirty minutes. Resetting the password unlocks it at once.",
  ),
  article(
    "kb-11",
    "access",
    "Roles and permissions of staff",
    "Owners see everything, managers all but billing, cashiers the till only. Roles are changed under Settings, Team. A missing permission shows as a greyed-out menu.",
  ),
  article(
    "kb-12",
    "access",
    "Invite or remove members of the team",
    "Invitations are sent under Settings, Team, Invite and are valid for seven days. Removing a member signs them out everywhere at once.",
  ),
  article(
    "kb-13",
    "access",
    "Single sign-on with Google or Microsoft",
    "Business plans can require single sign-on. Enter the domain under Settings, Security and confirm it by a DNS record; members then sign in with their work account.",
  ),
  article(
    "kb-14",
    "defect",
    "The card reader does not connect",
    "Hold the reader's button for ten seconds until it blinks blue, switch Bluetooth off and on, and pair it again in the app. Readers with firmware below 4.2 lose the connection and must be updated first.",
  ),
  article(
    "kb-15",
    "defect",
    "The till app crashes when it starts",
    "Update the app to 7.3 or later: version 7.2 crashes on tablets with less than 3 GB of memory. Sales that were made offline are kept and are sent after the update.",
  ),
  article(
    "kb-16",
    "defect",
    "The receipt printer prints blank or garbled receipts",
    "Blank receipts mean that the paper is in the wrong way round; garbled ones that the code page of the printer is not UTF-8. Set it under Devices, Printer, Encoding.",
  ),
  article(
    "kb-17",
    "defect",
    "Stock numbers are wrong after a synchronisation",
    "If stock differs between till and web shop, run Products, Stock, Reconcile. Sales that were made offline arrive later and correct the numbers.",
  ),
  article(
    "kb-18",
    "defect",
    "Error 502 or a blank page in the web shop",
    "Look at the status page first. If it shows no incident, a theme change is the usual cause: go back to the last theme version under Shop, Themes, History.",
  ),
  article(
    "kb-19",
    "defect",
    "Mails to customers do not arrive",
    "Add our SPF and DKIM records to the DNS of your domain under Settings, Domain. Without them many mailboxes treat order confirmations as spam.",
  ),
  article(
    "kb-20",
    "how-to",
    "Export sales and customers as CSV",
    "Reports, Export writes sales, products or customers of a period into a CSV file. Large exports are sent by mail as a link.",
  ),
  article(
    "kb-21",
    "how-to",
    "Import products from a spreadsheet",
    "Products, Import takes a CSV file with name, price, tax and barcode. Columns are matched by their headings, and a preview shows errors before anything is changed.",
  ),
  article(
    "kb-22",
    "how-to",
    "Create a discount code or a gift card",
    "Shop, Discounts creates codes in percent or amounts, with a time and a number of uses. Gift cards are products of the type gift card.",
  ),
  article(
    "kb-23",
    "how-to",
    "Set opening hours and holidays",
    "Shop, Locations, Hours sets opening hours; exceptions such as holidays override them. Pickup slots follow the opening hours.",
  ),
  article(
    "kb-24",
    "how-to",
    "Connect accounting software",
    "Under Apps choose the connector for your accounting software; bookings of each day are transferred at night. Accounts are mapped once, under Apps, Mapping.",
  ),
  article(
    "kb-25",
    "how-to",
    "Work offline with the till",
    "The till works for seven days without the internet. Cash sales are stored on the tablet; card sales need a connection unless offline cards are allowed under Devices.",
  ),
  article(
    "kb-26",
    "how-to",
    "Use the API and webhooks",
    "Create an API key under Settings, Developers. Webhooks send orders and stock changes to an address of yours and are tried for a day. The rate limit is ten requests a second.",
  ),
  article(
    "kb-27",
    "delivery",
    "Follow the parcel with your hardware",
    "Readers and printers are sent within two working days. The tracking number is in the mail of dispatch and under Hardware, Orders.",
  ),
  article(
    "kb-28",
    "delivery",
    "Hardware arrived damaged, or something is missing",
    "Report damage or missing parts within fourteen days with a photo of parcel and device; a replacement is sent the next working day.",
  ),
  article(
    "kb-29",
    "delivery",
    "Return or exchange hardware",
    "Devices can be returned within thirty days. Print the label under Hardware, Returns and send the device in its box; the price is refunded when it arrives.",
  ),
  article(
    "kb-30",
    "delivery",
    "Change the delivery address of an order",
    "Until a parcel is dispatched its address can be changed under Hardware, Orders. After that, the carrier's site can redirect it.",
  ),
  article(
    "kb-31",
    "account",
    "Cancel your plan",
    "The owner cancels under Settings, Plan, Cancel. The shop stays open until the end of the paid period, and data is kept for ninety days.",
  ),
  article(
    "kb-32",
    "account",
    "Move to a larger or smaller plan",
    "Settings, Plan shows what each plan holds. A larger plan begins at once and is charged in proportion; a smaller one at the next renewal.",
  ),
  article(
    "kb-33",
    "account",
    "Delete an account and personal data",
    "A request for deletion is made under Settings, Privacy. Personal data is erased within thirty days, but for invoices, which the law has us keep for ten years.",
  ),
  article(
    "kb-34",
    "account",
    "Hand the shop over to another owner",
    "The owner names a new owner under Settings, Team. The new owner accepts by mail and enters a payment method of their own.",
  ),
];
