// What build.mjs makes of files that are no modules.

declare module "*.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

declare module "*.worker.js" {
  const script: string;
  export default script;
}
