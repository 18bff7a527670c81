/** On a fresh machine the programs are downloaded first, on a busy one everything takes several times as long. */
export const startWithinMs = 180_000;
/** The same of all images, which are packed anew where this user's cache is empty. */
export const buildWithinMs = 240_000;
