/** Lets GraphiQL write HTML, of which the page's policy runs nothing; scripts are made from no text at all. */
interface TrustedTypes {
  createPolicy(name: "default", rules: { createHTML: (html: string) => string }): unknown;
}

(window as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy("default", {
  createHTML: (html) => html,
});
