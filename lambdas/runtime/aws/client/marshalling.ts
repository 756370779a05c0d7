/** Options of the table's document client, which changes the options object that it receives. */
export const marshalling = () => ({ removeUndefinedValues: true });
