//! Every limit of the product, with its reason. Crossing one is an error that names it.

/// Most GPUs one machine has.
pub const MACHINE_GPUS_MAX: u32 = 16;
/// Longest name of a pod, volume, template or machine: two labels of a host name.
pub const NAME_CHARS_MAX: usize = 120;
/// Most dollars paid in at once; more than a large fleet takes in years, and far from where sums of money overflow.
pub const TOP_UP_DOLLARS_MAX: i64 = 1_000_000_000;
/// Longest note of a line in a ledger.
pub const NOTE_CHARS_MAX: usize = 500;
/// Longest image reference; the registries' own limit.
pub const IMAGE_CHARS_MAX: usize = 512;
/// Longest start command.
pub const ARGS_CHARS_MAX: usize = 8_192;
/// Most environment variables of a pod.
pub const ENV_ENTRIES_MAX: usize = 200;
/// Most bytes of all names and values of a pod's environment; half of what Linux passes to a process.
pub const ENV_BYTES_MAX: usize = 65_536;
/// Most ports of a pod: 10 through the proxy and 10 mapped ones.
pub const PORTS_MAX: usize = 20;
/// Most HTTP ports of a pod.
pub const HTTP_PORTS_MAX: usize = 10;
/// Smallest container disk in GB.
pub const CONTAINER_DISK_GB_MIN: u32 = 1;
/// Largest container disk or pod volume in GB.
pub const DISK_GB_MAX: u32 = 16_384;
/// Smallest pod volume in GB.
pub const POD_VOLUME_GB_MIN: u32 = 10;
/// Smallest network volume in GB.
pub const NETWORK_VOLUME_GB_MIN: u32 = 10;
/// Largest network volume in GB.
pub const NETWORK_VOLUME_GB_MAX: u32 = 4_096;
/// Most network volumes mounted by one pod.
pub const MOUNTS_MAX: usize = 8;
/// Most bytes in the path a volume is mounted at.
pub const MOUNT_PATH_BYTES_MAX: usize = 1_024;
/// Most pods that are not terminated in one account, unless an operator sets another.
pub const PODS_PER_ACCOUNT_MAX: usize = 10_000;
/// Most network volumes of one account.
pub const VOLUMES_PER_ACCOUNT_MAX: usize = 200;
/// Most templates of one account.
pub const TEMPLATES_PER_ACCOUNT_MAX: usize = 500;
/// Most migration plans of one account that nobody has carried out; the oldest goes.
pub const PLANS_PER_ACCOUNT_MAX: usize = 500;
/// Hours a migration plan can be read after it has expired, if nobody has carried it out.
pub const PLAN_KEPT_HOURS: i64 = 24;
/// Most SSH keys of one account.
pub const SSH_KEYS_MAX: usize = 100;
/// Longest SSH key; an RSA key of 16,384 bits has 2,800 characters.
pub const SSH_KEY_CHARS_MAX: usize = 8_192;

/// Largest body of a `/v2` write in bytes.
pub const BODY_BYTES_V2_MAX: usize = 102_400;
/// Largest body of an `/api/v1` write in bytes.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// Rows of a page when the caller does not say.
pub const PAGE_ROWS: usize = 100;
/// Most rows of a page.
pub const PAGE_ROWS_MAX: usize = 1_000;
/// Most rows `/v2` answers without `limit`, for clients that do not page.
pub const ROWS_WITHOUT_LIMIT_MAX: usize = 5_000;
/// Longest filter text.
pub const FILTER_CHARS_MAX: usize = 1_000;
/// Longest idempotency key.
pub const IDEMPOTENCY_KEY_CHARS_MAX: usize = 255;

/// Longest time the browser waits for an answer, in milliseconds.
pub const REQUEST_MS_MAX: u32 = 20_000;
/// Silence after which the event stream counts as lost: two of the server's comments and some slack.
pub const FEED_SILENCE_MS_MAX: u32 = 40_000;
/// Seconds between two comments on a silent event stream.
pub const FEED_COMMENT_SECONDS: u64 = 15;
/// Most events a reader can be behind before it must read again.
pub const FEED_REPLAY_MAX: usize = 10_000;
/// Most bytes of those events in memory, about: each holds a whole thing, and a pod may have a large environment.
pub const FEED_REPLAY_BYTES_MAX: usize = 64 << 20;
/// Most event streams open at once, per server.
pub const FEED_STREAMS_MAX: usize = 1_000;
/// Most event streams one principal has open at once: many tabs of several people, and a twentieth of the whole.
pub const FEED_STREAMS_PER_PRINCIPAL_MAX: usize = 50;
/// Open charges an account's view lists one by one; the rest stands as a sum, so that the view stays small.
pub const ACCOUNT_METERS_MAX: usize = 200;
/// Milliseconds in which changes of one thing are sent to a reader as one.
pub const FEED_COALESCE_MS: u64 = 50;

/// Commands that may wait for the writer; more are refused with 503.
pub const COMMAND_QUEUE_MAX: usize = 4_096;
/// Commands in one commit.
pub const COMMIT_BATCH_MAX: usize = 256;
/// Ledger entries in one commit, so that nothing waits long behind an hour's posting.
pub const POSTINGS_PER_COMMIT_MAX: usize = 5_000;
/// Events between two snapshots.
pub const SNAPSHOT_EVENTS: u64 = 20_000;
/// Times a machine is sent the same document before it counts as stuck: about three minutes.
pub const EFFECT_ATTEMPTS_MAX: u32 = 8;
/// Hours an answer is kept under its idempotency key.
pub const IDEMPOTENCY_HOURS: i64 = 24;
/// Writes with an idempotency key that may be under way at once.
pub const IN_FLIGHT_MAX: usize = COMMAND_QUEUE_MAX;
/// Longest time a request waits for the fleet, in milliseconds; then the store counts as unavailable.
pub const FLEET_WAIT_MS_MAX: u64 = 5_000;
/// Most connections at once, per server; more wait. Each browser holds one for its stream and some for requests.
pub const CONNECTIONS_MAX: usize = 4_096;
/// Longest time until a connection has sent the headers of its next request, in milliseconds; then it is closed.
pub const HEADERS_MS_MAX: u64 = 30_000;
/// Longest time a body may take to arrive, in milliseconds.
pub const BODY_MS_MAX: u64 = 10_000;
/// Longest request ID that is taken over from a caller.
pub const REQUEST_ID_CHARS_MAX: usize = 64;
/// Longest an event stream lasts before the reader has to ask again, and is checked again, in seconds.
pub const FEED_STREAM_SECONDS_MAX: u64 = 3_600;
/// Answers up to this many bytes are sent as they are: compressing them costs more than it saves.
pub const PLAIN_BYTES_MAX: u16 = 1_024;
/// Days a browser stays signed in.
pub const SESSION_DAYS: i64 = 30;
/// Most browsers signed in at once, per server; the oldest is signed out.
pub const SESSIONS_MAX: usize = 10_000;
/// Most browsers signed in at once with one account, so that none can sign out another's; the oldest is signed out.
pub const SESSIONS_PER_ACCOUNT_MAX: usize = 200;
/// Sign-ins that fail in a minute from one address before the rest of them is told to wait: nobody mistypes more.
pub const SIGN_INS_FAILED_MAX: u32 = 20;
/// Most addresses whose failed sign-ins are counted at once; those of more go uncounted.
pub const SIGN_IN_ADDRESSES_MAX: usize = 10_000;
/// Minutes a sign-in link is good for.
pub const SIGN_IN_MINUTES: i64 = 15;
/// Most sign-in links that are good at once; the oldest goes.
pub const SIGN_IN_TOKENS_MAX: usize = 100;
/// Most principals whose requests are counted at once.
pub const PRINCIPALS_COUNTED_MAX: usize = 100_000;
/// Reports of machines in one command to the writer.
pub const REPORTS_PER_COMMIT_MAX: usize = 1_000;

const _: () = assert!(PAGE_ROWS <= PAGE_ROWS_MAX);
const _: () = assert!(HTTP_PORTS_MAX <= PORTS_MAX);
const _: () = assert!(FEED_SILENCE_MS_MAX as u64 > 2 * FEED_COMMENT_SECONDS * 1000);
const _: () = assert!(COMMIT_BATCH_MAX <= COMMAND_QUEUE_MAX);
