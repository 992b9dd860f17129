import graphql from "@graphql-eslint/eslint-plugin";
import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";

const operations = graphql.configs["flat/operations-recommended"].rules;

export default ts.config(
  { ignores: ["node_modules", "src/api/schema.d.ts", "eslint.config.js"] },
  {
    files: ["**/*.ts", "**/*.svelte"],
    extends: [...ts.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, extraFileExtensions: [".svelte"], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      // A component's props are taken apart together, bindable ones as well.
      "prefer-const": ["error", { destructuring: "all" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  ...svelte.configs.recommended,
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, projectService: true, extraFileExtensions: [".svelte"] } },
    rules: { "svelte/no-navigation-without-resolve": "off", "svelte/prefer-svelte-reactivity": "off" },
  },
  { files: ["src/api/*.ts"], processor: graphql.processor },
  {
    files: ["**/*.graphql"],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: "../schema/schema.graphql", documents: "src/api/*.ts" } },
    },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...operations,
      "@graphql-eslint/require-selections": "off",
      "@graphql-eslint/selection-set-depth": "off",
      "@graphql-eslint/naming-convention": "off",
    },
  },
);
