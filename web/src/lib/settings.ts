/** Settings as a list to search, and as a file to start from: pure, so that it can be tested. */

export interface Setting {
  name: string;
  variable: string;
  value: string | null;
  default: string | null;
  isSet: boolean;
  isChanged: boolean;
  isSecret: boolean;
  description: string;
}
export interface Group<S extends Setting = Setting> {
  name: string;
  title: string;
  settings: S[];
}

const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

/** Those that hold every word that is looked for, in a name, a value or a description. */
export function found<S extends Setting>(groups: Group<S>[], words: string, changedOnly: boolean): Group<S>[] {
  const wanted = folded(words).split(/\s+/).filter(Boolean);
  return groups
    .map((group) => ({
      ...group,
      settings: group.settings.filter((one) => {
        const text = folded([group.title, one.variable, one.value ?? "", one.description].join(" "));
        return (!changedOnly || one.isChanged) && wanted.every((word) => text.includes(word));
      }),
    }))
    .filter((group) => group.settings.length > 0);
}

function quoted(value: string): string {
  return /^[\w.,:/@+-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/**
 * As a file of environment variables. What is as it would be anyway stands there as a comment; of
 * secrets only the name, to be filled in.
 */
export function asEnv(groups: Group[], secret: string): string {
  const lines = groups.flatMap((group) => [
    `# ${group.title}`,
    ...group.settings.flatMap((one) => {
      const value = one.isSecret ? "" : quoted(one.value ?? "");
      const line = `${one.variable}=${value}`;
      if (one.isSecret && one.isSet) return [`# ${one.description} (${secret})`, `# ${line}`];
      return [`# ${one.description}`, one.isChanged ? line : `# ${line}`];
    }),
    "",
  ]);
  return lines.join("\n");
}
