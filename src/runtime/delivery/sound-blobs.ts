/** Names the blobs of a host's runtime that were found sound, each with what `stampFormat` says of its file; on a tmpfs, so that a reboot has everything read again. */
export const soundBlobs = "/run/slipway/sound-blobs";

/** For stat(1): name, size, inode, and times of change to the nanosecond. */
export const stampFormat = "%n %s %i %.9Y %.9Z";
