import { createClient, webStorage } from "@control-fresco/client/personal";
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { Household } from "./Household";
import { Login } from "./Login";
import "./style.css";

const store = webStorage(sessionStorage, "household");
const client = createClient({ store, onSessionEnd: () => location.reload() });

function App() {
  const [entered, setEntered] = useState(client.session !== null);
  if (entered) return <Household client={client} />;
  return <Login logIn={(name, password) => client.login(name, password)} onEnter={() => setEntered(true)} />;
}

createRoot(document.getElementById("root")!).render(<App />);
