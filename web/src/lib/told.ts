/** What the server says to an act that it did not do. */

interface Said {
  __typename: string;
  message?: string;
  blockedBy?: { message: string }[];
}

/** Returns the lines to be shown; nothing where the act was done. */
export function refusalOf(result: Said | undefined): string[] {
  if (!result) return [];
  if (result.blockedBy?.length) return result.blockedBy.map((one) => one.message);
  return result.message?.split("\n") ?? [];
}
