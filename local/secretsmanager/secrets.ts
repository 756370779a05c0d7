import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";

/** A secret without its values. */
export interface SecretRow {
  name: string;
  arn: string;
  description: string | null;
  created: number;
  changed: number;
  /** The value that the template set last, undefined if it was generated or there is no template. */
  declared: string | null;
  /** When its deletion was requested, in seconds; null if it is not to be deleted. */
  requested: number | null;
}

interface VersionRow {
  id: string;
  text: string | null;
  binary: string | null;
  created: number;
  stage: string | null;
}

/** A value from a caller: text, or bytes in base64. */
export interface SecretValue {
  SecretString?: string;
  SecretBinary?: string;
}

export const TABLES = `
  CREATE TABLE IF NOT EXISTS secretsmanager_secret (
    name TEXT PRIMARY KEY,
    arn TEXT NOT NULL UNIQUE,
    description TEXT,
    created REAL NOT NULL,
    changed REAL NOT NULL,
    declared TEXT
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS secretsmanager_version (
    secret TEXT NOT NULL,
    id TEXT NOT NULL,
    text TEXT,
    binary TEXT,
    created REAL NOT NULL,
    stage TEXT,
    PRIMARY KEY (secret, id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS secretsmanager_deletion (
    secret TEXT PRIMARY KEY,
    requested REAL NOT NULL,
    due REAL NOT NULL
  ) WITHOUT ROWID`;

/** The service that a secret belongs to: "events" for "events!connection/…". Only services give such names. */
export const ownerOf = (name: string): string | undefined => /^([a-z-]+)!/.exec(name)?.[1];

const SELECT =
  "SELECT one.*, requested FROM secretsmanager_secret AS one LEFT JOIN secretsmanager_deletion ON secret = name";
const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * Secrets with their current and previous value. They are not encrypted, and never logged or part of an
 * error.
 */
export class Secrets {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** By name, by ARN, or by an ARN without its random suffix. Throws ResourceNotFoundException. */
  get(id: string): SecretRow {
    const { store } = this.kernel;
    this.purge();
    const found =
      store.get<SecretRow>(`${SELECT} WHERE name = ? OR arn = ?`, id, id) ??
      store.all<SecretRow>(SELECT).find(({ arn }) => arn.slice(0, -"-AbCdEf".length) === id);
    if (!found) throw notFound("Secrets Manager can't find the specified secret.");
    return found;
  }

  /** As `get`; throws InvalidRequestException for a secret that is to be deleted. */
  usable(id: string): SecretRow {
    const secret = this.get(id);
    if (secret.requested === null) return secret;
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }

  /** All, by name. */
  all(): SecretRow[] {
    this.purge();
    return this.kernel.store.all<SecretRow>(`${SELECT} ORDER BY name`);
  }

  find(name: string): SecretRow | undefined {
    this.purge();
    return this.kernel.store.get<SecretRow>(`${SELECT} WHERE name = ?`, name);
  }

  /** Deletes the secret at this time, in seconds. */
  scheduleDeletion({ name }: SecretRow, due: number): void {
    const requested = this.kernel.clock.now() / 1000;
    this.kernel.store.run(
      "INSERT OR REPLACE INTO secretsmanager_deletion VALUES (?, ?, ?)",
      name,
      requested,
      due,
    );
  }

  cancelDeletion({ name }: SecretRow): void {
    this.kernel.store.run("DELETE FROM secretsmanager_deletion WHERE secret = ?", name);
  }

  /** Removes what is due. */
  private purge(): void {
    const due = this.kernel.store.all<{ arn: string }>(
      "SELECT arn FROM secretsmanager_deletion JOIN secretsmanager_secret ON secret = name WHERE due <= ?",
      this.kernel.clock.now() / 1000,
    );
    for (const { arn } of due) this.remove(arn);
  }

  create(name: string, description: string | undefined): SecretRow {
    const { store, clock, random } = this.kernel;
    const before = this.find(name);
    if (before && before.requested !== null) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (before) {
      throw new ServiceError(
        "ResourceExistsException",
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    const end = [...random.bytes(6)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
    const now = clock.now() / 1000;
    store.run(
      "INSERT INTO secretsmanager_secret VALUES (?, ?, ?, ?, ?, NULL)",
      name,
      this.kernel.arn("secretsmanager", `secret:${name}-${end}`),
      description ?? null,
      now,
      now,
    );
    return this.find(name)!;
  }

  /** Makes a value the current one and answers its version. The same version again changes nothing. */
  put({ name }: SecretRow, value: SecretValue, token?: string): string {
    const { store, clock, random } = this.kernel;
    const [text, binary] = [value.SecretString ?? null, value.SecretBinary ?? null];
    if ((text === null) === (binary === null)) {
      throw new ServiceError(
        "InvalidParameterException",
        "You must provide either SecretString or SecretBinary.",
      );
    }
    const id = token ?? random.uuid();
    const same = store.get<VersionRow>(
      "SELECT * FROM secretsmanager_version WHERE secret = ? AND id = ?",
      name,
      id,
    );
    if (same) {
      if (same.text === text && same.binary === binary) return id;
      throw new ServiceError(
        "ResourceExistsException",
        "You can't modify an existing version, you can only create a new version.",
      );
    }
    const now = clock.now() / 1000;
    store.atomically(() => {
      store.run("DELETE FROM secretsmanager_version WHERE secret = ? AND stage = ?", name, PREVIOUS);
      store.run("UPDATE secretsmanager_version SET stage = ? WHERE secret = ?", PREVIOUS, name);
      store.run(
        "INSERT INTO secretsmanager_version VALUES (?, ?, ?, ?, ?, ?)",
        name,
        id,
        text,
        binary,
        now,
        CURRENT,
      );
      store.run("UPDATE secretsmanager_secret SET changed = ? WHERE name = ?", now, name);
    });
    return id;
  }

  /** The version with a label or an id. Throws ResourceNotFoundException. */
  version({ name }: SecretRow, stage: string | undefined, id: string | undefined): VersionRow {
    const found = this.versions(name).find(
      (version) =>
        (id === undefined || version.id === id) && (stage === undefined || version.stage === stage),
    );
    if (!found) {
      const by = stage === undefined ? `VersionId: ${id}` : `staging label: ${stage}`;
      throw notFound(`Secrets Manager can't find the specified secret value for ${by}`);
    }
    return found;
  }

  versions(name: string): VersionRow[] {
    return this.kernel.store.all<VersionRow>(
      "SELECT id, text, binary, created, stage FROM secretsmanager_version WHERE secret = ?",
      name,
    );
  }

  declare(name: string, value: string | undefined): void {
    this.kernel.store.run(
      "UPDATE secretsmanager_secret SET declared = ? WHERE name = ?",
      value ?? null,
      name,
    );
  }

  remove(arn: string): void {
    const { store } = this.kernel;
    store.atomically(() => {
      store.run(
        "DELETE FROM secretsmanager_version WHERE secret = (SELECT name FROM secretsmanager_secret WHERE arn = ?)",
        arn,
      );
      store.run(
        "DELETE FROM secretsmanager_deletion WHERE secret = (SELECT name FROM secretsmanager_secret WHERE arn = ?)",
        arn,
      );
      store.run("DELETE FROM secretsmanager_secret WHERE arn = ?", arn);
    });
  }
}

function invalidRequest(message: string): ServiceError {
  return new ServiceError("InvalidRequestException", message);
}

function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message);
}
