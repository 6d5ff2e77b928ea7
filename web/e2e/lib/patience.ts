/** How long a test waits for what it waits for. What is late on a busy machine is not wrong. */
export const PATIENCE_MS = 60_000;
