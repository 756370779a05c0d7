// The bundler puts these files into the handler as bytes.
declare module "*.wasm" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "*.ttf" {
  const bytes: Uint8Array;
  export default bytes;
}
