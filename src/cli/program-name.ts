/**
 * How the user calls this program: by its package script in a clone (`bun run demo` names the script and the
 * package in the environment), through npx where that is how Bun came, or by its own name.
 */
export function programName(environment: NodeJS.ProcessEnv = process.env): string {
  const { npm_command: command, npm_package_name: name, npm_config_user_agent: agent } = environment;
  if (command !== "run-script" || name !== "azr-tui") return "azr-tui";
  return `${agent?.startsWith("npm/") ? "npx -y bun@1.4.5" : "bun"} run azr-tui`;
}
