// What `npm ci` does last. Without a bundle Drover runs from its sources: more slowly, and in nothing else differently.
try {
  // In here, for the bundler itself may be missing or not run on this Node.
  const { makeBundle } = await import('./make-bundle.mjs');
  await makeBundle();
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Drover will start from its sources, which takes longer: ${why}\n`);
}
