/** A step's token within a file's name: the mark in it that parts folders is written as a line. */
export function toFileToken(stepToken: string): string {
  return stepToken.replaceAll('/', '_');
}
