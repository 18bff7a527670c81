/** forge's ASN.1 module on its own, for which the published types have no entry. */
declare module "node-forge/lib/asn1.js";
