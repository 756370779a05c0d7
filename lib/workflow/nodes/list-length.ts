/** The longest list that one execution goes through: its history and state hold no more. */
export const LONGEST_INLINE = 1_000;
/** Maximum number of items of a part of a longer list. */
export const PART_ITEMS = 100;
