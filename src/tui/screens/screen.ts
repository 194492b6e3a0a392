/** What the app gives every screen. */
export interface ScreenProps {
  width: number;
  height: number;
  /** Tells the app which contexts the footer and the help describe. */
  onContext: (context: "list" | "detail" | "filter" | null) => void;
}
