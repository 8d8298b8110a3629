// Written by `make client` from the API's document; do not edit.
import type { Routes } from "../route.js";

export const routes = {
  /** Enter what somebody paid of their shortage, in cash into one's open cut or by bank. Needs `credito.faltantes:abonar`. */
  abonarFaltante: { method: "post", path: "/api/credito/faltantes/{faltante_id}/abonar" },
  /** Accept cash of the office for one's own open cut. Needs `credito.cortes:entregar`. */
  aceptarEntrega: { method: "post", path: "/api/credito/cortes/{corte_id}/entregas/{entrega_id}/aceptar" },
  /** Give an open loan another guarantor beside one who died or was blocked. Needs `credito.prestamos:solicitar`. */
  agregarAval: { method: "post", path: "/api/credito/prestamos/{prestamo_id}/avales" },
  /** Annul another person's cut that is not confirmed; its lines become those of the next one. Needs `credito.cortes:anular`. */
  anularCorte: { method: "post", path: "/api/credito/cortes/{corte_id}/anular" },
  /** Approve a request, which freezes its terms; nobody approves their own. Needs `credito.prestamos:aprobar`. */
  aprobarPrestamo: { method: "post", path: "/api/credito/prestamos/{prestamo_id}/aprobar" },
  /** Take an expense of one's open cut back. Needs `credito.gastos:registrar`. */
  borrarGasto: { method: "delete", path: "/api/credito/cortes/{corte_id}/gastos/{gasto_id}" },
  /** Take a disbursement of today back, before any payment. Needs `credito.prestamos:desembolsar`. */
  cancelarDesembolso: { method: "post", path: "/api/credito/prestamos/{prestamo_id}/cancelar-desembolso" },
  /** Cancel a request or an approved loan, as who requested it or as a gerente. Needs `credito.prestamos:solicitar`. */
  cancelarPrestamo: { method: "post", path: "/api/credito/prestamos/{prestamo_id}/cancelar" },
  /** Write off the rest of a shortage, for a reason; only then it is an expense. Needs `credito.faltantes:castigar`. */
  castigarFaltante: { method: "post", path: "/api/credito/faltantes/{faltante_id}/castigar" },
  /** Write off a loan that is 90 days late or whose client died: one person proposes, the direction does it. Needs `credito.prestamos:castigar`. */
  castigarPrestamo: { method: "post", path: "/api/credito/prestamos/{prestamo_id}/castigar" },
  /** Forgive what is left to pay of a charge, or a part of it. Needs `credito.cargos:condonar`. */
  condonarCargo: { method: "post", path: "/api/credito/cargos/{cargo_id}/condonar" },
  /** Confirm another person's cut by counting again; what is missing becomes their debt, a surplus income. Needs `credito.cortes:confirmar`. */
  confirmarCorte: { method: "post", path: "/api/credito/cortes/{corte_id}/confirmar" },
  /** Quote the settlement of an open loan on a day, by default today. Needs `credito.prestamos:read`. */
  cotizarLiquidacion: { method: "get", path: "/api/credito/prestamos/{prestamo_id}/liquidacion" },
  /** Quote a loan: schedule, totals, CAT, and what would be handed over. Nothing is stored. Needs `credito.prestamos:solicitar`. */
  cotizarPrestamo: { method: "post", path: "/api/credito/prestamos/cotizar" },
  /** Create a bonus; its range must not overlap another one's of the same time. Needs `credito.bonos:write`. */
  createBono: { method: "post", path: "/api/credito/bonos" },
  /** Create a client; `avisos` names others who may be the same person, as `posible_duplicado:ID`. Needs `credito.clientes:write`. */
  createCliente: { method: "post", path: "/api/credito/clientes" },
  /** Open a cut of one's own, with the cash that the last one left. Needs `credito.cortes:abrir`. */
  createCorte: { method: "post", path: "/api/credito/cortes" },
  /** Make a day a holiday, of one route or of all: what is due on it is due on the next working day. Needs `credito.calendario:write`. */
  createDiaInhabil: { method: "post", path: "/api/credito/dias-inhabiles" },
  /** Create a group in a route of the caller's. Needs `credito.grupos:write`. */
  createGrupo: { method: "post", path: "/api/credito/grupos" },
  /** Enter a payment; a known `local_id` is answered 200 with the first one. Needs `credito.pagos:registrar`. */
  createPago: { method: "post", path: "/api/credito/pagos" },
  /** Make a user somebody of the suite; the position becomes the user's role, if the caller may give that. Needs `credito.personal:write`. */
  createPersonal: { method: "post", path: "/api/credito/personal" },
  /** Request a loan, or several: then all are entered, or none, with the problems of each in `errores`. Needs `credito.prestamos:solicitar`. */
  createPrestamo: { method: "post", path: "/api/credito/prestamos" },
  /** Create a route. Needs `credito.rutas:write`. */
  createRuta: { method: "post", path: "/api/credito/rutas" },
  /** Collect nothing in a week, on one route or on all: unpaid installments move by seven days. Needs `credito.calendario:write`. */
  createSemanaSinCobro: { method: "post", path: "/api/credito/semanas-sin-cobro" },
  /** Create a loan type; `cuota_fija` needs `interes`, the other methods need `tasa_anual`. Needs `credito.tipos:write`. */
  createTiposPrestamo: { method: "post", path: "/api/credito/tipos-prestamo" },
  /** Enter a visit; a known `local_id` is answered 200 with the first one. Needs `credito.pagos:registrar`. */
  createVisita: { method: "post", path: "/api/credito/visitas" },
  /** Give cash of the office for another person's open cut; it counts from when they accept it. Needs `credito.entregas:dar`. */
  darEntrega: { method: "post", path: "/api/credito/cortes/{corte_id}/entregas" },
  /** Delete a bonus that nobody ever earned. Needs `credito.bonos:write`. */
  deleteBono: { method: "delete", path: "/api/credito/bonos/{bono_id}" },
  /** Delete a client who never had a loan or guaranteed one. Needs `credito.clientes:write`. */
  deleteCliente: { method: "delete", path: "/api/credito/clientes/{cliente_id}" },
  /** Make a day one of collection again. Needs `credito.calendario:write`. */
  deleteDiaInhabil: { method: "delete", path: "/api/credito/dias-inhabiles/{dia_id}" },
  /** Delete a group that never had a loan. Needs `credito.grupos:write`. */
  deleteGrupo: { method: "delete", path: "/api/credito/grupos/{grupo_id}" },
  /** Delete a person who never had a route, a group or a subordinate; the user stays. Needs `credito.personal:write`. */
  deletePersonal: { method: "delete", path: "/api/credito/personal/{personal_id}" },
  /** Delete a route that never had a group. Needs `credito.rutas:write`. */
  deleteRuta: { method: "delete", path: "/api/credito/rutas/{ruta_id}" },
  /** Make a week one of collection again. Needs `credito.calendario:write`. */
  deleteSemanaSinCobro: { method: "delete", path: "/api/credito/semanas-sin-cobro/{semana_id}" },
  /** Delete a loan type that never had a loan. Needs `credito.tipos:write`. */
  deleteTipoPrestamo: { method: "delete", path: "/api/credito/tipos-prestamo/{tipo_prestamo_id}" },
  /** Hand an approved loan over, in cash out of one's open cut or by transfer; a renewed loan is settled by it. Needs `credito.prestamos:desembolsar`. */
  desembolsarPrestamo: { method: "post", path: "/api/credito/prestamos/{prestamo_id}/desembolsar" },
  /** Take a write-off of this month back. Needs `credito.prestamos:deshacer`. */
  deshacerCastigo: { method: "post", path: "/api/credito/prestamos/{prestamo_id}/deshacer-castigo" },
  /** Download the proof of address of a client: the file of `comprobante_id`, or a range of it. Needs `credito.clientes:read`. */
  downloadComprobante: { method: "get", path: "/api/credito/clientes/{cliente_id}/comprobante" },
  /** Download the receipt of an expense: the file of `comprobante_id`, or a range of it. Needs `credito.cortes:read`. */
  downloadComprobanteDeGasto: { method: "get", path: "/api/credito/cortes/{corte_id}/gastos/{gasto_id}/comprobante" },
  /** The summary of the contract of an approved loan as PDF: CAT, amounts and schedule. Needs `credito.prestamos:read`. */
  downloadContrato: { method: "get", path: "/api/credito/prestamos/{prestamo_id}/contrato" },
  /** Download the photo of a visit: the file of `foto_id`, or a range of it. Needs `credito.visitas:read`. */
  downloadFoto: { method: "get", path: "/api/credito/visitas/{visita_id}/foto" },
  /** Download the voter's card of a client: the file of `ine_id`, or a range of it. Needs `credito.clientes:read`. */
  downloadIne: { method: "get", path: "/api/credito/clientes/{cliente_id}/ine" },
  /** Download the signed promissory note of a client: the file of `pagare_id`, or a range of it. Needs `credito.clientes:read`. */
  downloadPagare: { method: "get", path: "/api/credito/clientes/{cliente_id}/pagare" },
  /** The payment card of a loan as PDF: its schedule as it is stored. Needs `credito.prestamos:read`. */
  downloadTarjeta: { method: "get", path: "/api/credito/prestamos/{prestamo_id}/tarjeta" },
  /** Hand one's own cut over, with what was counted: the sum, or notes and coins. Needs `credito.cortes:entregar`. */
  entregarCorte: { method: "post", path: "/api/credito/cortes/{corte_id}/entregar" },
  /** One bonus. Needs `credito.bonos:read`. */
  getBono: { method: "get", path: "/api/credito/bonos/{bono_id}" },
  /** Every list of values of the suite, with Spanish labels. Needs `credito.catalogos:read`. */
  getCatalogos: { method: "get", path: "/api/credito/catalogos" },
  /** One client. Needs `credito.clientes:read`. */
  getCliente: { method: "get", path: "/api/credito/clientes/{cliente_id}" },
  /** One cut with its figures of now. Needs `credito.cortes:read`. */
  getCorte: { method: "get", path: "/api/credito/cortes/{corte_id}" },
  /** Open loans by how many days late they are. Needs `credito.reportes:read`. */
  getCreditoAgeing: { method: "get", path: "/api/credito/reportes/antiguedad" },
  /** Bonuses of the weeks that begin on some days. Needs `credito.reportes:read`. */
  getCreditoBonusReport: { method: "get", path: "/api/credito/reportes/bonos" },
  /** Cash of each person, of the office and of the bank, today or at the end of a past day. Needs `credito.reportes:caja`. */
  getCreditoCashPosition: { method: "get", path: "/api/credito/reportes/flujo" },
  /** Collection by day and collector: due, taken, visits, and promises that were kept. Needs `credito.reportes:cobranza`. */
  getCreditoCollection: { method: "get", path: "/api/credito/reportes/cobranza" },
  /** Cuts that were open on some days, with the sums of their lines. Needs `credito.reportes:caja`. */
  getCreditoCutsReport: { method: "get", path: "/api/credito/reportes/cortes" },
  /** Collection, loans, bonuses and what is left of a week by group; of this week unless another is named. Needs `credito.reportes:read`. */
  getCreditoGeneralReport: { method: "get", path: "/api/credito/reportes/general" },
  /** Guarantors of open loans with the amounts that they paid, by loan. Needs `credito.reportes:read`. */
  getCreditoGuarantors: { method: "get", path: "/api/credito/reportes/avales" },
  /** Missed weeks by week and group. Needs `credito.reportes:read`. */
  getCreditoMissedWeeks: { method: "get", path: "/api/credito/reportes/faltas" },
  /** Portfolio at risk of today or of a past day; by the facts it is compared with the snapshot of that day. Needs `credito.reportes:read`. */
  getCreditoPortfolioAtRisk: { method: "get", path: "/api/credito/reportes/par" },
  /** Unpaid installments by the week in which they are due; of the next 13 weeks. Needs `credito.reportes:read`. */
  getCreditoProjection: { method: "get", path: "/api/credito/reportes/proyeccion" },
  /** Receipts that are missing, repeated, or of no block. Needs `credito.reportes:read`. */
  getCreditoReceiptGaps: { method: "get", path: "/api/credito/reportes/recibos" },
  /** Renewed and settled loans, new and lost clients, by group. Needs `credito.reportes:read`. */
  getCreditoRenewals: { method: "get", path: "/api/credito/reportes/renovaciones" },
  /** Loans by the month in which they were handed over, as they are now; of the last year. Needs `credito.reportes:read`. */
  getCreditoVintages: { method: "get", path: "/api/credito/reportes/cosechas" },
  /** Credit of a client that was paid out. Needs `credito.prestamos:read`. */
  getDevolucion: { method: "get", path: "/api/credito/prestamos/{prestamo_id}/devoluciones/{devolucion_id}" },
  /** The loans to collect by the end of the week, and what is late; receipts for their device. Needs `credito.cobranza:read`. */
  getDia: { method: "get", path: "/api/credito/cobranza/dia" },
  /** One holiday. Needs `credito.calendario:read`. */
  getDiaInhabil: { method: "get", path: "/api/credito/dias-inhabiles/{dia_id}" },
  /** Cash of the office for a cut. Needs `credito.cortes:read`. */
  getEntrega: { method: "get", path: "/api/credito/cortes/{corte_id}/entregas/{entrega_id}" },
  /** The statement of a loan as of today, also as PDF. Needs `credito.prestamos:read`. */
  getEstadoCuenta: { method: "get", path: "/api/credito/prestamos/{prestamo_id}/estado-cuenta" },
  /** One missed week. Needs `credito.faltas:read`. */
  getFalta: { method: "get", path: "/api/credito/faltas/{falta_id}" },
  /** One shortage. Needs `credito.faltantes:read`. */
  getFaltante: { method: "get", path: "/api/credito/faltantes/{faltante_id}" },
  /** One expense of a cut. Needs `credito.cortes:read`. */
  getGasto: { method: "get", path: "/api/credito/cortes/{corte_id}/gastos/{gasto_id}" },
  /** One group, with the route and people that it has today, and those that it had or will have. Needs `credito.grupos:read`. */
  getGrupo: { method: "get", path: "/api/credito/grupos/{grupo_id}" },
  /** Loans, payments and missed weeks of a client. Needs `credito.prestamos:read`. */
  getHistorial: { method: "get", path: "/api/credito/clientes/{cliente_id}/historial" },
  /** The collection sheet of a group for a week, by default this one. Needs `credito.pagos:read`. */
  getHoja: { method: "get", path: "/api/credito/grupos/{grupo_id}/hoja" },
  /** One payment. Needs `credito.pagos:read`. */
  getPago: { method: "get", path: "/api/credito/pagos/{pago_id}" },
  /** One person. Needs `credito.personal:read`. */
  getPersonal: { method: "get", path: "/api/credito/personal/{personal_id}" },
  /** One loan as it is today, with its installments and charges, and notices of guarantors who are gone. Needs `credito.prestamos:read`. */
  getPrestamo: { method: "get", path: "/api/credito/prestamos/{prestamo_id}" },
  /** One route. Needs `credito.rutas:read`. */
  getRuta: { method: "get", path: "/api/credito/rutas/{ruta_id}" },
  /** One transfer. Needs `credito.seguros:read`. */
  getSeguro: { method: "get", path: "/api/credito/seguros/{seguro_id}" },
  /** One week without collection. Needs `credito.calendario:read`. */
  getSemanaSinCobro: { method: "get", path: "/api/credito/semanas-sin-cobro/{semana_id}" },
  /** One loan type. Needs `credito.tipos:read`. */
  getTipoPrestamo: { method: "get", path: "/api/credito/tipos-prestamo/{tipo_prestamo_id}" },
  /** One visit. Needs `credito.visitas:read`. */
  getVisita: { method: "get", path: "/api/credito/visitas/{visita_id}" },
  /** Take a missed week back, and its charge. Needs `credito.faltas:condonar`. */
  justificarFalta: { method: "post", path: "/api/credito/faltas/{falta_id}/justificar" },
  /** Take back all missed weeks of a group in a week, and their charges. Needs `credito.faltas:condonar`. */
  justificarSemana: { method: "post", path: "/api/credito/faltas/justificar" },
  /** Settle an open loan today by the sum of its quote. Needs `credito.pagos:registrar`. */
  liquidarPrestamo: { method: "post", path: "/api/credito/prestamos/{prestamo_id}/liquidacion" },
  /** List the periods in which groups had the same route and people, newest first. Needs `credito.grupos:read`. */
  listAsignaciones: { method: "get", path: "/api/credito/asignaciones" },
  /** Others of a client's group who may guarantee their loans, those who guarantee the fewest first. Needs `credito.prestamos:read`. */
  listAvalesSugeridos: { method: "get", path: "/api/credito/clientes/{cliente_id}/avales-sugeridos" },
  /** List bonuses. Needs `credito.bonos:read`. */
  listBonos: { method: "get", path: "/api/credito/bonos" },
  /** List the bonuses that groups earned, newest week first. Needs `credito.bonos:read`. */
  listBonosGanados: { method: "get", path: "/api/credito/bonos-ganados" },
  /** List clients and guarantors. Needs `credito.clientes:read`. */
  listClientes: { method: "get", path: "/api/credito/clientes" },
  /** List cuts, newest first: the caller's and of those they answer for; a cashier's, and all handed over ones. Needs `credito.cortes:read`. */
  listCortes: { method: "get", path: "/api/credito/cortes" },
  /** Loans that were open at the end of a month or ended in it, for the credit bureau; of the last month. Needs `credito.reportes:read`. */
  listCreditoBureau: { method: "get", path: "/api/credito/reportes/buro" },
  /** Open loans with their balances, today or at the end of a past day; the newest first. Needs `credito.reportes:read`. */
  listCreditoPortfolio: { method: "get", path: "/api/credito/reportes/cartera" },
  /** Installments of a loan, by number. Needs `credito.prestamos:read`. */
  listCuotas: { method: "get", path: "/api/credito/prestamos/{prestamo_id}/cuotas" },
  /** List the lines of the journal, newest first. Needs `credito.diario:read`. */
  listDiario: { method: "get", path: "/api/credito/diario" },
  /** List holidays, in their order. Needs `credito.calendario:read`. */
  listDiasInhabiles: { method: "get", path: "/api/credito/dias-inhabiles" },
  /** List shortages, newest first: the caller's and of those they answer for. Needs `credito.faltantes:read`. */
  listFaltantes: { method: "get", path: "/api/credito/faltantes" },
  /** List missed weeks, newest first. Needs `credito.faltas:read`. */
  listFaltas: { method: "get", path: "/api/credito/faltas" },
  /** List the missed weeks of a loan, newest first. Needs `credito.faltas:read`. */
  listFaltasDePrestamo: { method: "get", path: "/api/credito/prestamos/{prestamo_id}/faltas" },
  /** List groups, each with the route and people that it has today. Needs `credito.grupos:read`. */
  listGrupos: { method: "get", path: "/api/credito/grupos" },
  /** List payments, newest first. Needs `credito.pagos:read`. */
  listPagos: { method: "get", path: "/api/credito/pagos" },
  /** List the payments of a loan, newest first. Needs `credito.pagos:read`. */
  listPagosDePrestamo: { method: "get", path: "/api/credito/prestamos/{prestamo_id}/pagos" },
  /** List people: all for who may change groups, else those one works with. Needs `credito.personal:read`. */
  listPersonal: { method: "get", path: "/api/credito/personal" },
  /** List payments that wait for a decision, oldest first, each with the loan that it may be for. Needs `credito.pagos:resolver`. */
  listPorRevisar: { method: "get", path: "/api/credito/pagos/por-revisar" },
  /** List loans as they are today. Needs `credito.prestamos:read`. */
  listPrestamos: { method: "get", path: "/api/credito/prestamos" },
  /** List the visits at which a payment was promised for a day, by default today. Needs `credito.visitas:read`. */
  listPromesas: { method: "get", path: "/api/credito/promesas" },
  /** List routes. Needs `credito.rutas:read`. */
  listRutas: { method: "get", path: "/api/credito/rutas" },
  /** List transfers to and from the insurer, newest first. Needs `credito.seguros:read`. */
  listSeguros: { method: "get", path: "/api/credito/seguros" },
  /** List weeks without collection, in their order. Needs `credito.calendario:read`. */
  listSemanasSinCobro: { method: "get", path: "/api/credito/semanas-sin-cobro" },
  /** List loan types. Needs `credito.tipos:read`. */
  listTiposPrestamo: { method: "get", path: "/api/credito/tipos-prestamo" },
  /** List visits, newest first. Needs `credito.visitas:read`. */
  listVisitas: { method: "get", path: "/api/credito/visitas" },
  /** Pay an earned bonus to the titular, out of an open cut. Needs `credito.bonos:pagar`. */
  pagarBonoGanado: { method: "post", path: "/api/credito/bonos-ganados/{bono_ganado_id}/pagar" },
  /** Pay the credit of a client out, in cash out of one's open cut or by bank. Needs `credito.devoluciones:pagar`. */
  pagarDevolucion: { method: "post", path: "/api/credito/prestamos/{prestamo_id}/devoluciones" },
  /** Reject a request. Needs `credito.prestamos:aprobar`. */
  rechazarPrestamo: { method: "post", path: "/api/credito/prestamos/{prestamo_id}/rechazar" },
  /** Give more time, another schedule, or forgive a part: one person proposes, the direction does it. Needs `credito.prestamos:reestructurar`. */
  reestructurarPrestamo: { method: "post", path: "/api/credito/prestamos/{prestamo_id}/reestructurar" },
  /** Enter an expense that was paid out of one's open cut. Needs `credito.gastos:registrar`. */
  registrarGasto: { method: "post", path: "/api/credito/cortes/{corte_id}/gastos" },
  /** Enter the payments of a group's meeting, all or none; a line of 0 is a visit without payment. Needs `credito.pagos:registrar`. */
  registrarHoja: { method: "post", path: "/api/credito/grupos/{grupo_id}/pagos" },
  /** Enter premiums that were passed on to the insurer, or what it paid for loans, by bank. Needs `credito.seguros:registrar`. */
  registrarSeguro: { method: "post", path: "/api/credito/seguros" },
  /** Request a loan that renews this one: its rest is netted when the new one is disbursed. Needs `credito.prestamos:solicitar`. */
  renovarPrestamo: { method: "post", path: "/api/credito/prestamos/{prestamo_id}/renovar" },
  /** Decide a payment that waits: apply it to a loan, keep it as credit of the client, or give it back. Needs `credito.pagos:resolver`. */
  resolverPago: { method: "post", path: "/api/credito/pagos/{pago_id}/resolver" },
  /** Reverse any payment: its loan is as if it had never been; a collector their own, within 10 minutes. Needs `credito.pagos:reversar`. */
  reversarPago: { method: "post", path: "/api/credito/pagos/{pago_id}/reversar" },
  /** Enter what a device took, each item by itself; money that was taken is never refused. Needs `credito.pagos:registrar`. */
  sincronizar: { method: "post", path: "/api/credito/cobranza/sincronizar" },
  /** Give a group to another route or other people from a day on; what was planned for then or later goes. Needs `credito.grupos:write`. */
  transferirGrupo: { method: "post", path: "/api/credito/grupos/{grupo_id}/transferir" },
  /** Change the fields of a bonus that are sent; what was earned stays. Needs `credito.bonos:write`. */
  updateBono: { method: "put", path: "/api/credito/bonos/{bono_id}" },
  /** Change the fields of a client that are sent. Needs `credito.clientes:write`. */
  updateCliente: { method: "put", path: "/api/credito/clientes/{cliente_id}" },
  /** Change the fields of a holiday that are sent. Needs `credito.calendario:write`. */
  updateDiaInhabil: { method: "put", path: "/api/credito/dias-inhabiles/{dia_id}" },
  /** Change the fields of a group that are sent; another route or other people get it from today on. Needs `credito.grupos:write`. */
  updateGrupo: { method: "put", path: "/api/credito/grupos/{grupo_id}" },
  /** Change the notes of a payment, all else of which stays. Needs `credito.pagos:ajustar`. */
  updatePago: { method: "put", path: "/api/credito/pagos/{pago_id}" },
  /** Change the fields of a person that are sent; another position ends the user's sessions. Needs `credito.personal:write`. */
  updatePersonal: { method: "put", path: "/api/credito/personal/{personal_id}" },
  /** Change the fields of a request that are sent; its figures follow. Needs `credito.prestamos:solicitar`. */
  updatePrestamo: { method: "put", path: "/api/credito/prestamos/{prestamo_id}" },
  /** Change the fields of a route that are sent; other people have it from today on. Needs `credito.rutas:write`. */
  updateRuta: { method: "put", path: "/api/credito/rutas/{ruta_id}" },
  /** Change the fields of a week without collection that are sent. Needs `credito.calendario:write`. */
  updateSemanaSinCobro: { method: "put", path: "/api/credito/semanas-sin-cobro/{semana_id}" },
  /** Change the fields of a loan type that are sent; loans that were approved keep their terms. Needs `credito.tipos:write`. */
  updateTipoPrestamo: { method: "put", path: "/api/credito/tipos-prestamo/{tipo_prestamo_id}" },
  /** Judge the guarantors of a loan before it is requested. Needs `credito.prestamos:solicitar`. */
  validarAvales: { method: "post", path: "/api/credito/avales/validar" },
} as const satisfies Routes;
