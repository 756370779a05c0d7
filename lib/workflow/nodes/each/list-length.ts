/** The longest list of one execution: its history and state allow no more. */
export const LONGEST_INLINE = 1_000;
/** Maximum number of items of a part of a longer list. */
export const PART_ITEMS = 100;
