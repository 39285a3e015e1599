/**
 * Credentials of devices and gateways. A credential speaks for named devices and for no others: it publishes only on
 * their reading topics and subscribes only to their command topics. Passwords are generated, shown once, kept hashed.
 */
export interface Credential {
  /** MQTT user name. */
  readonly name: string;
  /** Devices it may speak for, by name. */
  readonly devices: readonly string[];
}

export interface CredentialStore {
  /** Make a credential; the password is returned here and never again. @throws HubError CREDENTIAL_EXISTS */
  issue(name: string, devices: readonly string[]): Promise<{ readonly password: string }>;
  /** True when there was one to take away. Connections it opened are closed by the broker at the next check. */
  revoke(name: string): Promise<boolean>;
  /** The credential when name and password belong together, else undefined; takes equally long in both cases. */
  check(name: string, password: string): Promise<Credential | undefined>;
  list(): Promise<readonly Credential[]>;
}
