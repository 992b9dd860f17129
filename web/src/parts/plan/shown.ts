/** Whether a project is among those that the address asks for. */
export type Shown = (project: { id: string; department: { id: string } }) => boolean;
