/** The test domain: its names, and the passwords that stand in no product. */
export const realm = 'CORP.EXAMPLE.TEST';
export const netbiosName = 'CORP';
export const dnsName = realm.toLowerCase();
export const hostName = 'dc1';
/** What the certificate of every test DC is made out to, besides its address. */
export const serverName = `${hostName}.${dnsName}`;
export const baseDn = 'DC=corp,DC=example,DC=test';

export const organizationalUnits = {
  people: `OU=People,${baseDn}`,
  groups: `OU=Groups,${baseDn}`,
  oddGroups: `OU=Groups\\, misc,${baseDn}`,
  service: `OU=Service,${baseDn}`,
  bulk: `OU=Bulk,${baseDn}`,
} as const;

export const administrator = {
  user: `Administrator@${dnsName}`,
  password: 'Adm1n.Passw0rd!',
} as const;

/** A plain account: what Drover is meant to be given. */
export const serviceAccount = {
  user: `svc-drover@${dnsName}`,
  password: 'Svc.Passw0rd!',
} as const;

export const userPassword = 'User.Passw0rd!';

/** So many wrong passwords lock an account. */
export const lockoutThreshold = 3;
