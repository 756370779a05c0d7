/** Why a property with a key of KMS is accepted without an effect. */
export const ENCRYPTION = "encryption at rest changes nothing locally";
